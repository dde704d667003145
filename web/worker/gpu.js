/**
 * The graphics processor, for `pykeras_core.engine.backends.webgpu.browser`: buffers, pipelines and
 * groups of bindings are numbers, and what a submit runs is one list of numbers. What goes wrong is
 * told as a text: of promises that reject, Pyodide writes to the program's output. It is a file of
 * its own, fetched when a program first trains where a graphics processor may be the faster choice.
 */

/** A Python array. @typedef {import("pyodide/ffi").PyBuffer} PyBuffer */
/** @typedef {{pipeline: GPUComputePipeline | null, refusal: string | null, made: Promise<void>}} Pipeline */

/** Words of a dispatch, and how far the numbers of a scan's steps lie apart; as in `device.py`. */
const DISPATCH_WORDS = 4;
const STEP_BYTES = 256;
/** Arena, state and the steps of scans; the inputs come after them. */
const FIXED_BINDINGS = 3;
const SMALLEST_BUFFER = 16;
/** A staging buffer of at most so many bytes is kept for the next read. */
const KEPT_STAGING = 1 << 20;
/** Between two reads, errors gather in these. @type {GPUErrorFilter[]} */
const SCOPES = ["out-of-memory", "validation", "internal"];
/** Adapters that are no graphics processors, in browsers that do not say so. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;
/** Firefox looks only every 100 ms whether work is done, and whenever something is submitted. */
const NUDGE_MS = navigator.userAgent.includes("Firefox/") ? 1 : null;

/**
 * @param {GPU | undefined} gpu The browser's.
 * @returns {Promise<Device | import("./python.js").NoDevice>}
 */
export async function openDevice(gpu) {
  if (!gpu) {
    return { code: self.isSecureContext ? "no-webgpu" : "no-https", detail: "" };
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(said);
  if (adapter === null) {
    return { code: "no-adapter", detail: "" };
  }
  if (typeof adapter === "string") {
    return { code: "not-given", detail: adapter };
  }
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } =
    adapter.limits;
  const requiredLimits = {
    maxBufferSize,
    maxStorageBufferBindingSize,
    maxStorageBuffersPerShaderStage,
  };
  const device = await adapter.requestDevice({ requiredLimits }).catch(said);
  return typeof device === "string"
    ? { code: "not-given", detail: device }
    : new Device(device, adapter.info);
}

/** @param {unknown} error */
function said(error) {
  return error instanceof Error ? error.message : String(error);
}

export class Device {
  /**
   * @param {GPUDevice} device
   * @param {GPUAdapterInfo} info
   */
  constructor(device, info) {
    const { vendor, architecture, device: name, description } = info;
    this.device = device;
    this.description = description || name || [vendor, architecture].filter(Boolean).join(" ");
    const words = [vendor, architecture, name, description].join(" ");
    this.isFallback = Boolean(info.isFallbackAdapter) || SOFTWARE.test(words);
    const { limits } = device;
    this.mostBufferBytes = limits.maxBufferSize;
    this.mostBindingBytes = limits.maxStorageBufferBindingSize;
    this.mostStorageBuffers = limits.maxStorageBuffersPerShaderStage;
    this.mostWorkgroups = limits.maxComputeWorkgroupsPerDimension;
    /** Why nothing works any more. @type {string | null} */
    this.lost = null;
    device.lost.then(({ message, reason }) => {
      this.lost = message || reason;
    });
    this.next = 0;
    /** @type {Map<number, GPUBuffer>} */
    this.buffers = new Map();
    /** @type {Map<number, {bound: GPUBindGroup, buffers: number[]}>} */
    this.groups = new Map();
    /** @type {Pipeline[]} */
    this.pipelines = [];
    /** By the number of inputs. @type {Map<number, {bindings: GPUBindGroupLayout, pipelines: GPUPipelineLayout}>} */
    this.layouts = new Map();
    /** @type {GPUBuffer | null} */
    this.staging = null;
    this.offset = new Uint32Array(1);
    this.openScopes();
  }

  /**
   * @param {number} size
   * @returns {Promise<number>} A buffer of zeros; 0 where there is no room for it.
   */
  async allocate(size) {
    const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const usage = STORAGE | UNIFORM | COPY_SRC | COPY_DST;
    this.device.pushErrorScope("out-of-memory");
    const buffer = this.device.createBuffer({ size: Math.max(size, SMALLEST_BUFFER), usage });
    const error = await this.device.popErrorScope();
    if (error) {
      buffer.destroy();
      return 0;
    }
    this.next += 1;
    this.buffers.set(this.next, buffer);
    return this.next;
  }

  /** Gives a buffer back, and the groups that it is bound in. @param {number} number */
  release(number) {
    this.buffer(number).destroy();
    this.buffers.delete(number);
    for (const [group, { buffers }] of this.groups) {
      if (buffers.includes(number)) {
        this.groups.delete(group);
      }
    }
  }

  /**
   * @param {number} number
   * @param {number} offset
   * @param {PyBuffer} array
   */
  write(number, offset, array) {
    const view = array.getBuffer("u8");
    try {
      this.device.queue.writeBuffer(this.buffer(number), offset, view.data);
    } finally {
      view.release();
    }
  }

  /**
   * @param {number} source
   * @param {number} from
   * @param {number} target
   * @param {number} to
   * @param {number} size
   */
  copy(source, from, target, to, size) {
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer(source), from, this.buffer(target), to, size);
    this.device.queue.submit([encoder.finish()]);
  }

  /**
   * Begins to make a shader ready.
   *
   * @param {string} text
   * @param {number} inputs How many it has.
   * @returns {number}
   */
  pipeline(text, inputs) {
    /** @type {Pipeline} */
    const entry = { pipeline: null, refusal: null, made: Promise.resolve() };
    entry.made = this.compile(text, inputs).then(
      (pipeline) => {
        entry.pipeline = pipeline;
      },
      (error) => {
        entry.refusal = said(error);
      },
    );
    return this.pipelines.push(entry) - 1;
  }

  /**
   * @param {string} code
   * @param {number} inputs
   */
  async compile(code, inputs) {
    const layout = this.layout(inputs).pipelines;
    this.device.pushErrorScope("validation");
    const module = this.device.createShaderModule({ code });
    const compute = { module, entryPoint: "main" };
    const making = this.device.createComputePipelineAsync({ layout, compute });
    const scope = this.device.popErrorScope();
    try {
      return await making;
    } catch (error) {
      const { messages } = await module.getCompilationInfo();
      const errors = messages
        .filter(({ type }) => type === "error")
        .map(({ lineNum, linePos, message }) => `line ${lineNum}, column ${linePos}: ${message}`);
      throw new Error(errors.join("; ") || (await scope)?.message || said(error));
    }
  }

  /**
   * @param {PyBuffer} pipelines
   * @returns {boolean | string} Whether some of them are not ready yet; the device's words where it
   *   refuses one.
   */
  pending(pipelines) {
    const entries = this.entriesOf(pipelines);
    for (const { refusal } of entries) {
      if (refusal !== null) {
        return refusal;
      }
    }
    return entries.some(({ pipeline }) => pipeline === null);
  }

  /** @param {PyBuffer} pipelines */
  async wait(pipelines) {
    await Promise.all(this.entriesOf(pipelines).map(({ made }) => made));
  }

  /** @param {PyBuffer} pipelines */
  entriesOf(pipelines) {
    return numbersOf(pipelines).map((number) => this.pipelines[number]);
  }

  /** @param {number} inputs */
  layout(inputs) {
    let layout = this.layouts.get(inputs);
    if (!layout) {
      const reads = Array.from(
        { length: inputs },
        () => /** @type {const} */ ("read-only-storage"),
      );
      /** @type {GPUBufferBindingType[]} */
      const types = ["storage", "storage", "uniform", ...reads];
      const entries = types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type, hasDynamicOffset: type === "uniform" },
      }));
      const bindings = this.device.createBindGroupLayout({ entries });
      const pipelines = this.device.createPipelineLayout({ bindGroupLayouts: [bindings] });
      layout = { bindings, pipelines };
      this.layouts.set(inputs, layout);
    }
    return layout;
  }

  /**
   * @param {PyBuffer} array Numbers of buffers, in order of the bindings.
   * @returns {number}
   */
  group(array) {
    const buffers = numbersOf(array);
    const entries = buffers.map((number, binding) => {
      const buffer = this.buffer(number);
      const size = binding === FIXED_BINDINGS - 1 ? SMALLEST_BUFFER : buffer.size;
      return { binding, resource: { buffer, offset: 0, size } };
    });
    const layout = this.layout(buffers.length - FIXED_BINDINGS).bindings;
    this.next += 1;
    this.groups.set(this.next, {
      bound: this.device.createBindGroup({ layout, entries }),
      buffers,
    });
    return this.next;
  }

  /** Runs dispatches. @param {PyBuffer} words `DISPATCH_WORDS` for each. */
  submit(words) {
    const view = words.getBuffer("i32");
    try {
      const encoder = this.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      this.encode(pass, /** @type {Int32Array} */ (view.data));
      pass.end();
      this.device.queue.submit([encoder.finish()]);
    } finally {
      view.release();
    }
  }

  /**
   * @param {GPUComputePassEncoder} pass
   * @param {Int32Array} words
   */
  encode(pass, words) {
    let [lastPipeline, lastGroup, lastStep] = [-1, -1, -1];
    for (let at = 0; at < words.length; at += DISPATCH_WORDS) {
      const pipeline = words[at];
      const group = words[at + 1];
      const step = words[at + 3];
      if (pipeline !== lastPipeline) {
        pass.setPipeline(/** @type {GPUComputePipeline} */ (this.pipelines[pipeline].pipeline));
        lastPipeline = pipeline;
      }
      if (group !== lastGroup || step !== lastStep) {
        this.offset[0] = step * STEP_BYTES;
        pass.setBindGroup(0, this.bound(group), this.offset, 0, 1);
        [lastGroup, lastStep] = [group, step];
      }
      pass.dispatchWorkgroups(words[at + 2]);
    }
  }

  /**
   * Waits for all that was submitted, and brings bytes back.
   *
   * @param {PyBuffer} words For each part: which buffer, where it begins and how long it is, these
   *   two in units of four bytes.
   * @returns {Promise<Mapped | string>} The parts, one behind the other; or why the device is gone,
   *   or what it has refused since the last time.
   */
  async map(words) {
    const parts = numbersOf(words);
    const size = 4 * parts.filter((_, at) => at % 3 === 2).reduce((sum, part) => sum + part, 0);
    const staging = this.takeStaging(size);
    this.gather(parts, staging);
    const mapping = staging.mapAsync(GPUMapMode.READ, 0, size);
    const failure = await this.nudged(mapping).then(() => null, said);
    const errors = await this.closeScopes();
    const lost = this.lost ?? errors[0] ?? failure;
    if (lost !== null) {
      staging.destroy();
      return lost;
    }
    return new Mapped(this, staging, size);
  }

  /**
   * @param {number[]} parts
   * @param {GPUBuffer} staging
   */
  gather(parts, staging) {
    const encoder = this.device.createCommandEncoder();
    let to = 0;
    for (let at = 0; at < parts.length; at += 3) {
      const size = 4 * parts[at + 2];
      if (size > 0) {
        encoder.copyBufferToBuffer(this.buffer(parts[at]), 4 * parts[at + 1], staging, to, size);
      }
      to += size;
    }
    this.device.queue.submit([encoder.finish()]);
  }

  /** @param {Promise<unknown>} mapping */
  async nudged(mapping) {
    const timer = NUDGE_MS && setInterval(() => this.device.queue.submit([]), NUDGE_MS);
    try {
      await mapping;
    } finally {
      if (timer) {
        clearInterval(timer);
      }
    }
  }

  /** @param {number} size */
  takeStaging(size) {
    const kept = this.staging;
    if (kept && kept.size >= size) {
      this.staging = null;
      return kept;
    }
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    return this.device.createBuffer({ size: Math.max(size, SMALLEST_BUFFER), usage });
  }

  /** @param {GPUBuffer} staging */
  putStaging(staging) {
    if (staging.size <= KEPT_STAGING && (this.staging?.size ?? 0) < staging.size) {
      this.staging?.destroy();
      this.staging = staging;
    } else {
      staging.destroy();
    }
  }

  /** From now on errors gather, to be told by the next read. */
  openScopes() {
    for (const scope of SCOPES) {
      this.device.pushErrorScope(scope);
    }
  }

  /** @returns {Promise<string[]>} What has gone wrong since they were opened. */
  async closeScopes() {
    const closing = SCOPES.map(() => this.device.popErrorScope().catch(() => null));
    this.openScopes();
    const errors = await Promise.all(closing);
    return errors.filter((error) => error !== null).map(({ message }) => message);
  }

  /** @param {number} number */
  buffer(number) {
    return known(this.buffers.get(number), "buffer", number);
  }

  /** @param {number} number */
  bound(number) {
    return known(this.groups.get(number), "group of bindings", number).bound;
  }
}

/** Bytes of the device that Python can take. */
class Mapped {
  /**
   * @param {Device} owner
   * @param {GPUBuffer} staging
   * @param {number} size
   */
  constructor(owner, staging, size) {
    this.owner = owner;
    this.staging = staging;
    this.size = size;
  }

  /** Copies them into an array of as many bytes. @param {PyBuffer} array */
  copyTo(array) {
    const view = array.getBuffer("u8");
    try {
      const bytes = /** @type {Uint8Array} */ (view.data);
      bytes.set(new Uint8Array(this.staging.getMappedRange(0, this.size)));
    } finally {
      view.release();
    }
    this.staging.unmap();
    this.owner.putStaging(this.staging);
  }
}

/**
 * @param {PyBuffer} array Of int32.
 * @returns {number[]}
 */
function numbersOf(array) {
  const view = array.getBuffer("i32");
  try {
    return Array.from(/** @type {Int32Array} */ (view.data));
  } finally {
    view.release();
  }
}

/**
 * @template T
 * @param {T | undefined} found
 * @param {string} what
 * @param {number} number
 * @returns {T}
 */
function known(found, what, number) {
  if (found === undefined) {
    throw new RangeError(`there is no ${what} ${number}, or it was given back`);
  }
  return found;
}
