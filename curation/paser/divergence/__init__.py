"""How far two models' predictions lie apart over the answers of rows."""
