// Until its first file is written.
