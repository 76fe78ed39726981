"""What people see in a browser: the widget, the plain page, and the files that they load from this gateway."""
