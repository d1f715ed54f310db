"""What has to hold before a verdict may be given: blanks, reagents, times, instruments, tubes."""
