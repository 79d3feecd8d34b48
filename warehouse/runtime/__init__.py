"""What every other package needs: settings, errors, logging, clock, failpoints, SQL files. Knows no store."""
