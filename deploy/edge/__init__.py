"""What stands in front of the services, declared once, and the files of gateways made from it. No server runs here."""
