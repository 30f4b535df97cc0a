"""Cases of the helpers of TFTP, IRC, Amanda and SANE, for corpus-helpers."""
