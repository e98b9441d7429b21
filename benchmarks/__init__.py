"""Speed and memory of this project beside other libraries; see README.md in this folder."""
