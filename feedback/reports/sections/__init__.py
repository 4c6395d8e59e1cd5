"""The parts of the monthly report, each gathered first and put into words after."""
