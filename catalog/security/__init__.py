"""What stands between the site and whoever asks: proxies, HTTPS, sign-in, and pages that refuse."""
