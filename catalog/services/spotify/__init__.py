"""What Spotify knows of albums, asked at the pace that Spotify allows."""
