"""The kernels: C sources, and `build`, which compiles them."""
