"""What tells operators of the site: logs, mail servers, Sentry."""
