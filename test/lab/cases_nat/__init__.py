"""Cases of how Linux translates addresses, for corpus-nat."""
