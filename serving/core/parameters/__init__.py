"""Query strings and bodies as typed values and conditions."""
