"""The command `feedback`, ended by the kernel with the test run that started it."""

from feedback.cli import main
from feedback.core.processes import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    main()
