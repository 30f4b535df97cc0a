"""Cases of PPTP, its NAT, and of the router's own broadcasts."""
