"""What moderators do on the command line: bans, reports and their evidence."""
