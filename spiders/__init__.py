"""One module per portal; file name = spider name = class name."""
