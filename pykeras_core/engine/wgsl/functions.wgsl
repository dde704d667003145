// Elementary functions of float32, a few units in the last place off at most. The polynomials are
// those of `kernels/functions.h`. What WGSL offers itself may be far less exact (its sine is only
// good to 2^-11). NaN comes out as NaN: it is told by its bits, since a device may take for granted
// that there is none. There is no `fma`: where a device has none, it is a function that takes long,
// and where it has one, its compiler finds it.

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn infinity() -> f32 {
  return bitcast<f32>(INFINITY_BITS);
}

fn not_a_number() -> f32 {
  return bitcast<f32>(NAN_BITS);
}

fn is_negative(x: f32) -> bool {
  return (bitcast<u32>(x) >> 31u) == 1u;
}

fn with_sign(x: f32, sign: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u));
}

fn maximum(x: f32, y: f32) -> f32 {
  return select(select(y, x, x > y || is_nan(x)), y, is_nan(y));
}

fn minimum(x: f32, y: f32) -> f32 {
  return select(select(y, x, x < y || is_nan(x)), y, is_nan(y));
}

fn sign_of(x: f32) -> f32 {
  return select(select(select(0.0, 1.0, x > 0.0), -1.0, x < 0.0), x, is_nan(x));
}

fn relu_of(x: f32) -> f32 {
  return select(x, 0.0, x < 0.0);
}

fn square_root(x: f32) -> f32 {
  return select(select(sqrt(x), x, is_nan(x) || x == 0.0), not_a_number(), x < 0.0);
}

fn power_of_two(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) << 23u);
}

struct Reduced {
  rest: f32,
  tail: f32,
  n: i32,
}

// x as n ln 2 + rest, and e^rest - 1 - rest; |x| at most 150.
fn reduce_exponent(x: f32) -> Reduced {
  let n = round(x * 1.44269504);
  var r = n * -0.693359375 + x;
  r = n * 2.12194440e-4 + r;
  var p = 0.0013951097;
  p = r * p + 0.008369239;
  p = r * p + 0.0416662;
  p = r * p + 0.16666517;
  p = r * p + 0.5;
  return Reduced(r, p * r * r, i32(n));
}

// 0 where the result would be subnormal.
fn exponential(x: f32) -> f32 {
  let bounded = clamp(select(x, 0.0, is_nan(x)), -87.33654, 89.0);
  let e = reduce_exponent(bounded);
  let low = e.n >> 1u;
  let result = (1.0 + (e.rest + e.tail)) * power_of_two(low) * power_of_two(e.n - low);
  return select(select(select(result, infinity(), x > 88.72284), 0.0, x < -87.33654), x, is_nan(x));
}

fn exponential_minus_1(x: f32) -> f32 {
  let bounded = clamp(select(x, 0.0, is_nan(x)), -30.0, 89.0);
  let e = reduce_exponent(bounded);
  let n = e.n >> 1u;
  let low = power_of_two(n);
  let high = power_of_two(e.n - n);
  let result = ((e.rest + e.tail) * low + (low - power_of_two(n - e.n))) * high;
  return select(select(result, infinity(), x > 88.72284), x, abs(x) < 1e-7 || is_nan(x));
}

// log(x) of a positive finite x; `correction` is added to the small part of the result.
fn log_positive(x: f32, correction: f32) -> f32 {
  let small = x < 1.17549435e-38;
  let bits = bitcast<i32>(select(x, x * 8388608.0, small)) - 0x3f3504f3;
  let f = bitcast<f32>((bits & 0x007fffff) + 0x3f3504f3) - 1.0;
  let e = f32((bits >> 23u) - select(0, 23, small));
  var p = -0.07646102;
  p = f * p + 0.12779114;
  p = f * p + -0.13164186;
  p = f * p + 0.14199696;
  p = f * p + -0.16622765;
  p = f * p + 0.20001292;
  p = f * p + -0.25000837;
  p = f * p + 0.3333333;
  let square = f * f;
  var low = p * f * square + correction;
  low = e * -2.12194440e-4 + low;
  low = square * -0.5 + low;
  return e * 0.693359375 + f + low;
}

// What a logarithm is where its argument is no positive finite number: NaN, -inf, inf.
fn log_special(x: f32, result: f32) -> f32 {
  let low = select(select(result, not_a_number(), x < 0.0), -infinity(), x == 0.0);
  return select(low, x, !is_finite(x) && !(x < 0.0));
}

fn logarithm(x: f32) -> f32 {
  return log_special(x, log_positive(select(1.0, x, x > 0.0 && is_finite(x)), 0.0));
}

// log(u) for u = 1 + x rounded, plus what the rounding lost.
fn logarithm_1_plus(x: f32) -> f32 {
  let u = 1.0 + x;
  let plain = u > 0.0 && is_finite(u);
  let safe = select(1.0, u, plain);
  let lost = select(0.0, select(x - (safe - 1.0), 1.0 - (safe - x), safe > 2.0), plain);
  let result = log_special(u, log_positive(safe, lost / safe));
  return select(result, x, abs(x) < 1e-7);
}

fn hyperbolic_tangent(x: f32) -> f32 {
  let size = abs(x);
  let square = x * x;
  var p = -0.0057170447;
  p = square * p + 0.020650586;
  p = square * p + -0.053743497;
  p = square * p + 0.13331491;
  p = square * p + -0.33333284;
  let near = p * square * x + x;
  let far = with_sign(1.0 - 2.0 / (exponential(min(size + size, 40.0)) + 1.0), x);
  return select(select(far, near, size < 0.625), x, is_nan(x));
}

fn logistic(x: f32) -> f32 {
  let decay = exponential(-abs(x));
  let upper = 1.0 / (1.0 + decay);
  return select(select(upper, decay * upper, x < 0.0), x, is_nan(x));
}

fn soft_plus(x: f32) -> f32 {
  return maximum(x, 0.0) + logarithm_1_plus(exponential(-abs(x)));
}

// The rational approximation that the NumPy definition uses, term by term.
fn error_function(x: f32) -> f32 {
  let c = clamp(select(x, 0.0, is_nan(x)), -4.0, 4.0);
  let square = c * c;
  var top = -2.72614225801306e-10;
  top = square * top + 2.77068142495902e-08;
  top = square * top + -2.10102402082508e-06;
  top = square * top + -5.69250639462346e-05;
  top = square * top + -7.34990630326855e-04;
  top = square * top + -2.95459980854025e-03;
  top = square * top + -1.60960333262415e-02;
  var bottom = -1.45660718464996e-05;
  bottom = square * bottom + -2.13374055278905e-04;
  bottom = square * bottom + -1.68282697438203e-03;
  bottom = square * bottom + -7.37332916720468e-03;
  bottom = square * bottom + -1.42647390514189e-02;
  return select(clamp(c * top / bottom, -1.0, 1.0), x, is_nan(x));
}

// The upper and the lower word of a product of two words.
fn wide_product(x: u32, y: u32) -> vec2u {
  let low = (x & 0xffffu) * (y & 0xffffu);
  let middle = (x >> 16u) * (y & 0xffffu) + (low >> 16u);
  let cross = (x & 0xffffu) * (y >> 16u) + (middle & 0xffffu);
  return vec2u((x >> 16u) * (y >> 16u) + (middle >> 16u) + (cross >> 16u), x * y);
}

struct Angle {
  rest: f32,
  quarters: i32,
}

// |x| as quarters of a turn and a rest, for |x| from 256 up: its mantissa times the 96 bits of
// 2 / pi that matter (Payne and Hanek's reduction). Bits above those give whole turns.
fn reduce_large_angle(x: f32) -> Angle {
  var digits = array<u32, 8>(
    0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu
  );
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  let skip = (bits >> 23u) - 120u;
  let mantissa = (bits & 0x007fffffu) | 0x00800000u;
  let shift = skip % 32u;
  var part: array<u32, 3>;
  for (var k = 0u; k < 3u; k++) {
    let at = skip / 32u + k;
    let high = digits[at] << shift;
    part[k] = select(high | (digits[at + 1u] >> ((32u - shift) & 31u)), high, shift == 0u);
  }
  let low = wide_product(mantissa, part[2]);
  let middle = wide_product(mantissa, part[1]);
  let sum = middle.y + low.x;
  let top = mantissa * part[0] + middle.x + select(0u, 1u, sum < low.x);
  let fraction = (top << 2u) | (sum >> 30u);
  let is_over_half = fraction >= 0x80000000u;
  let rest = select(f32(fraction), -f32(0u - fraction), is_over_half) * 2.3283064365386963e-10;
  return Angle(rest * 1.57079632679, i32(top >> 30u) + select(0, 1, is_over_half));
}

fn reduce_angle(x: f32) -> Angle {
  if (abs(x) >= 256.0) {
    let angle = reduce_large_angle(x);
    let negative = x < 0.0;
    return Angle(select(angle.rest, -angle.rest, negative),
                 select(angle.quarters, -angle.quarters, negative));
  }
  let n = round(x * 0.636619772);
  // pi / 2 in parts of 8, 11 and the remaining bits: products with n are exact.
  var rest = n * -1.5703125 + x;
  rest = n * -4.837512969970703125e-4 + rest;
  rest = n * -7.54978995489188216e-8 + rest;
  return Angle(rest, i32(n));
}

fn sine_near(r: f32) -> f32 {
  let square = r * r;
  var p = -0.00019509788;
  p = square * p + 0.008332121;
  p = square * p + -0.16666654;
  return r * (p * square + 1.0);
}

fn cosine_near(r: f32) -> f32 {
  let square = r * r;
  var p = 2.4426878e-05;
  p = square * p + -0.0013887262;
  p = square * p + 0.041666646;
  p = square * p + -0.5;
  return p * square + 1.0;
}

// sin(x + turns pi / 2): the sine for 0, the cosine for 1.
fn sine(x: f32, turns: i32) -> f32 {
  if (!is_finite(x)) { return not_a_number(); }
  let angle = reduce_angle(x);
  let quarters = angle.quarters + turns;
  let result = select(sine_near(angle.rest), cosine_near(angle.rest), (quarters & 1) != 0);
  return select(result, -result, (quarters & 2) != 0);
}

fn tangent(x: f32) -> f32 {
  if (!is_finite(x)) { return not_a_number(); }
  let angle = reduce_angle(x);
  let s = sine_near(angle.rest);
  let c = cosine_near(angle.rest);
  let odd = (angle.quarters & 1) != 0;
  return select(s, -c, odd) / select(c, s, odd);
}

// The angle of the point (x, y), from -pi to pi.
fn arc_tangent(y: f32, x: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return not_a_number(); }
  let height = abs(y);
  let width = abs(x);
  let low = min(height, width);
  let high = max(height, width);
  var t = select(low / high, 0.0, high == 0.0);
  t = select(select(t, 0.0, !is_finite(high)), 1.0, !is_finite(low));
  let square = t * t;
  var p = -0.0017936177;
  p = square * p + 0.010914589;
  p = square * p + -0.031177817;
  p = square * p + 0.057957567;
  p = square * p + -0.08403449;
  p = square * p + 0.10952185;
  p = square * p + -0.14264242;
  p = square * p + 0.19998549;
  p = square * p + -0.333333;
  var angle = p * square * t + t;
  angle = select(angle, 1.57079633 - angle, height > width);
  angle = select(angle, 3.14159265 - angle, is_negative(x));
  return with_sign(angle, y);
}

// 0 if y is no integer, 1 if it is odd, 2 if it is even.
fn integer_kind(y: f32) -> i32 {
  let size = abs(y);
  if (size >= 16777216.0) { return 2; }
  if (floor(size) != size) { return 0; }
  return select(2, 1, (u32(size) & 1u) == 1u);
}

// The cases of IEEE 754-2019 (9.2.1) where the base or the exponent is 0 or infinite.
fn special_power(x: f32, y: f32) -> f32 {
  let size = abs(x);
  if (!is_finite(y)) {
    if (size == 1.0) { return 1.0; }
    return select(0.0, infinity(), (size > 1.0) == (y > 0.0));
  }
  let result = select(infinity(), 0.0, (size == 0.0) == (y > 0.0));
  return select(result, -result, is_negative(x) && integer_kind(y) == 1);
}

// The upper 12 bits of a mantissa. A product of two such numbers is exact.
fn upper_half(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

// log2 of a positive finite x: its whole part, the upper 12 bits of the rest, and what is left.
fn log2_parts(x: f32) -> vec3f {
  let small = x < 1.17549435e-38;
  let bits = bitcast<i32>(select(x, x * 8388608.0, small)) - 0x3f3504f3;
  let m = bitcast<f32>((bits & 0x007fffff) + 0x3f3504f3);
  // atanh's series in s = (m - 1) / (m + 1), whose roundings are made good by `lost`
  let sum = m + 1.0;
  let s = (m - 1.0) / sum;
  let high = upper_half(s);
  let low = s - high;
  let sum_high = upper_half(sum);
  let sum_low = (sum - sum_high) + (m - (sum - 1.0));
  let left = ((m - 1.0) - high * sum_high) - high * sum_low - low * sum_high - low * sum_low;
  let lost = left / sum;
  let square = s * s;
  var p = 0.22195308;
  p = square * p + 0.26230854;
  p = square * p + 0.32059887;
  p = square * p + 0.41219859;
  p = square * p + 0.57707802;
  p = square * p + 0.96179669;
  // 2 / ln 2 = 2.8828125 + 2.5775818e-3, the first in 10 bits
  let main = high * 2.8828125;
  let rest = low * 2.8828125 + (s * 2.5775818e-3 + (lost * 2.8853901 + square * s * p));
  let upper = upper_half(main);
  return vec3f(f32((bits >> 23u) - select(0, 23, small)), upper, (main - upper) + rest);
}

fn power_f32(x: f32, y: f32) -> f32 {
  if (y == 0.0 || x == 1.0) { return 1.0; }
  if (is_nan(x) || is_nan(y)) { return not_a_number(); }
  let size = abs(x);
  if (size == 0.0 || !is_finite(x) || !is_finite(y)) { return special_power(x, y); }
  let kind = integer_kind(y);
  if (x < 0.0 && kind == 0) { return not_a_number(); }
  let parts = log2_parts(size);
  let coarse = upper_half(y);
  let fine = y - coarse;
  let total = y * (parts.x + (parts.y + parts.z));
  let n = round(clamp(total, -200.0, 200.0));
  let exact = (coarse * parts.x - n) + coarse * parts.y;
  let rest = exact + (fine * parts.x + (fine * parts.y + y * parts.z));
  var result = 0.0;
  if (total > 129.0) {
    result = infinity();
  } else if (total > -151.0) {
    let e = reduce_exponent(rest * 0.69314718);
    let low = (i32(n) + e.n) >> 1u;
    let one = 1.0 + (e.rest + e.tail);
    result = one * power_of_two(low) * power_of_two(i32(n) + e.n - low);
  }
  return select(result, -result, x < 0.0 && kind == 1);
}

// The remainder of the division of two positive finite floats, bit by bit, so that it is exact.
fn remainder_of(x: f32, y: f32) -> f32 {
  if (x < y) { return x; }
  var high = i32(bitcast<u32>(x) >> 23u);
  var low = i32(bitcast<u32>(y) >> 23u);
  var a = bitcast<u32>(x) & 0x007fffffu;
  var b = bitcast<u32>(y) & 0x007fffffu;
  a = select(a | 0x00800000u, a << 1u, high == 0);
  b = select(b | 0x00800000u, b << 1u, low == 0);
  for (var step = high - low; step > 0; step--) {
    a = select(a, a - b, a >= b) << 1u;
  }
  a = select(a, a - b, a >= b);
  if (a == 0u) { return 0.0; }
  let shift = min(i32(countLeadingZeros(a)) - 8, max(low - 1, 0));
  a = a << u32(shift);
  low = low - shift;
  if (low <= 0 || (a & 0x00800000u) == 0u) {
    return bitcast<f32>(a >> u32(max(1 - low, 0)));
  }
  return bitcast<f32>((a & 0x007fffffu) | (u32(low) << 23u));
}

fn remainder_signed(x: f32, y: f32) -> f32 {
  if (is_nan(x) || is_nan(y) || !is_finite(x) || y == 0.0) { return not_a_number(); }
  if (!is_finite(y)) { return x; }
  return with_sign(remainder_of(abs(x), abs(y)), x);
}

fn remainder_f32(x: f32, y: f32) -> f32 {
  let rest = remainder_signed(x, y);
  if (is_nan(rest)) { return rest; }
  if (rest != 0.0 && (rest < 0.0) != (y < 0.0)) { return rest + y; }
  return select(rest, with_sign(0.0, y), rest == 0.0);
}

fn floor_divide_f32(x: f32, y: f32) -> f32 {
  if (y == 0.0) {
    if (x == 0.0 || is_nan(x)) { return not_a_number(); }
    return select(infinity(), -infinity(), is_negative(x) != is_negative(y));
  }
  let rest = remainder_signed(x, y);
  if (is_nan(rest)) { return rest; }
  var quotient = select((x - rest) / y, 0.0, !is_finite(y));
  if (rest != 0.0 && (rest < 0.0) != (y < 0.0)) { quotient -= 1.0; }
  if (quotient == 0.0) {
    return select(0.0, -0.0, is_negative(x) != is_negative(y));
  }
  let down = floor(quotient);
  return select(down, down + 1.0, quotient - down > 0.5);
}

fn floor_divide_i32(x: i32, y: i32) -> i32 {
  if (y == 0) { return 0; }
  if (y == -1) { return bitcast<i32>(0u - bitcast<u32>(x)); }
  let quotient = x / y;
  return select(quotient, quotient - 1, quotient * y != x && (x < 0) != (y < 0));
}

fn floor_divide_u32(x: u32, y: u32) -> u32 {
  if (y == 0u) { return 0u; }
  return x / y;
}

fn remainder_i32(x: i32, y: i32) -> i32 {
  if (y == 0 || y == -1) { return 0; }
  let rest = x % y;
  return select(rest, rest + y, rest != 0 && (rest < 0) != (y < 0));
}

fn remainder_u32(x: u32, y: u32) -> u32 {
  if (y == 0u) { return 0u; }
  return x % y;
}

fn power_u32(x: u32, y: u32) -> u32 {
  var result = 1u;
  var base = x;
  for (var left = y; left != 0u; left = left >> 1u) {
    if ((left & 1u) == 1u) { result *= base; }
    base *= base;
  }
  return result;
}

// Truncated towards zero and limited to the range; NaN becomes 0.
fn to_i32(x: f32) -> i32 {
  if (is_nan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x <= -2147483648.0) { return i32(-2147483647) - 1; }
  return i32(x);
}

fn to_u32(x: f32) -> u32 {
  if (is_nan(x) || x <= 0.0) { return 0u; }
  if (x >= 4294967296.0) { return 0xffffffffu; }
  return u32(x);
}

fn mask(condition: bool) -> u32 {
  return select(0u, 0xffffffffu, condition);
}

// Word `index` of what Threefry-2x32 with 20 rounds makes of the counters 0, 1, 2, ...
fn random_word(key0: u32, key1: u32, index: u32) -> u32 {
  var words = array<u32, 3>(key0, key1, key0 ^ key1 ^ 0x1bd11bdau);
  var rotations = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var x0 = (index >> 1u) + key0;
  var x1 = key1;
  for (var number = 0u; number < 20u; number++) {
    let left = rotations[number % 8u];
    x0 += x1;
    x1 = ((x1 << left) | (x1 >> (32u - left))) ^ x0;
    if (number % 4u == 3u) {
      let group = number / 4u + 1u;
      x0 += words[group % 3u];
      x1 += words[(group + 1u) % 3u] + group;
    }
  }
  return select(x0, x1, (index & 1u) == 1u);
}

// A float's bits as a word that sorts as the float does; NaN comes last.
fn sorting_word(x: f32) -> u32 {
  if (is_nan(x)) { return 0xffffffffu; }
  let bits = bitcast<u32>(select(x, 0.0, x == 0.0));
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}
