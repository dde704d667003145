"""Small stand-ins for packages of notebooks that a page does not have: as much as programs call."""
