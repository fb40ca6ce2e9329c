"""Django's PostgreSQL backend with limits of time: for the server, the network, and behind PgBouncer."""
