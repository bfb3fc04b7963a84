"""The package as a school installs it: `make test-deb`, as root. Debian's own tools, a machine of its own, Chromium."""
