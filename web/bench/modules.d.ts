/* The peers are installed only when the benchmark runs; programs are text to the bundler. */

declare module "@tensorflow/tfjs";
declare module "@tensorflow/tfjs-backend-wasm";

declare module "*.py" {
  const text: string;
  export default text;
}
