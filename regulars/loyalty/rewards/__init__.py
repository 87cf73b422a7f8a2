"""What points buy: codes that cannot be guessed, vouchers that cannot be overused, partners that pay their share."""
