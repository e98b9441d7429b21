"""What may be shown to whom: small counts withheld so that nothing gives them back."""
