"""WebGPU: whole steps on a graphics processor, in a page and, through `wgpu`, on a desktop."""
