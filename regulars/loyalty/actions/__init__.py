"""What can be done with the programme. The ledger's own actions are in `loyalty.ledger`."""
