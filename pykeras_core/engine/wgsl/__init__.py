"""WGSL sources that the WebGPU backend puts into its shaders: one function after the other."""
