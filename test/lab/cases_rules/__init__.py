"""Cases of rules, rejects, odd packets and limits: what the first corpus lacks (corpus-more)."""
