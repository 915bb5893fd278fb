"""What the web server does beside drawing pages: signed links, uploads, downloads, background work. No streamlit."""
