"""What happened in the house: told once, in the transaction of its cause."""
