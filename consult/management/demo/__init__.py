"""The demonstration: what is in it, how it is loaded, how it is started."""
