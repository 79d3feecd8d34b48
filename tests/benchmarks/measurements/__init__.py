"""What is measured: one module a part of `make bench`, each with `measure(installed) -> list[Table]`. What starts
servers or reads figures from them belongs to `harness`."""
