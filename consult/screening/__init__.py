"""What a text contains, before anyone sees it: personal data, and what could give its writer away."""
