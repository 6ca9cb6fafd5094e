"""`python -m netmeta` is the command `netmeta`."""

from netmeta.cli import main

main()
