"""The school: accounts, logins, subjects, books, notices. Every service call authorises its caller itself."""
