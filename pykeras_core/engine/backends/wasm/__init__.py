"""The SIMD kernels: a WebAssembly side module in a page, a shared library elsewhere."""
