"""The comparison anybody can repeat: Halfmoon and its peers on the same jobs, in one run. ``make bench`` runs it all."""
