"""Cases of SIP's connection-tracking and NAT helper, for corpus-sip."""
