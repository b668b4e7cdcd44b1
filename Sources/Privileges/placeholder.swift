// Privileges
