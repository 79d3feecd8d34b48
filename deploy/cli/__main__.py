"""`python -m deploy.cli`, the same as `openpolicy`."""

from deploy.cli.app import main

if __name__ == "__main__":
    main()
