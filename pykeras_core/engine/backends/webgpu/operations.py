"""Operations of loops as WGSL.

This module owns `OPERATIONS`: for each name that `backends/operations.py` gives, the types of what
it takes and gives, and its expression.
"""

from __future__ import annotations

__all__ = ["OPERATIONS"]


_FLOAT = {"f": "f32", "i": "i32", "u": "u32"}


def _rows(
    kinds: str, gives: str, **expressions: str
) -> dict[str, tuple[tuple[str, ...], str, str]]:
    takes = tuple(_FLOAT[kind] for kind in kinds)
    return {name: (takes, _FLOAT[gives], text) for name, text in expressions.items()}


OPERATIONS: dict[str, tuple[tuple[str, ...], str, str]] = {
    **_rows(
        "ff",
        "f",
        ADD_F32="{0} + {1}",
        SUBTRACT_F32="{0} - {1}",
        MULTIPLY_F32="{0} * {1}",
        DIVIDE_F32="{0} / {1}",
        MAXIMUM_F32="maximum({0}, {1})",
        MINIMUM_F32="minimum({0}, {1})",
        POWER_F32="power_f32({0}, {1})",
        FLOOR_DIVIDE_F32="floor_divide_f32({0}, {1})",
        REMAINDER_F32="remainder_f32({0}, {1})",
        ARCTAN2_F32="arc_tangent({0}, {1})",
    ),
    **_rows(
        "f",
        "f",
        NEGATIVE_F32="-{0}",
        ABS_F32="abs({0})",
        SIGN_F32="sign_of({0})",
        SQRT_F32="square_root({0})",
        EXP_F32="exponential({0})",
        EXPM1_F32="exponential_minus_1({0})",
        LOG_F32="logarithm({0})",
        LOG1P_F32="logarithm_1_plus({0})",
        SIN_F32="sine({0}, 0)",
        COS_F32="sine({0}, 1)",
        TAN_F32="tangent({0})",
        TANH_F32="hyperbolic_tangent({0})",
        SIGMOID_F32="logistic({0})",
        SOFTPLUS_F32="soft_plus({0})",
        RELU_F32="relu_of({0})",
        ERF_F32="error_function({0})",
        FLOOR_F32="floor({0})",
        CEIL_F32="ceil({0})",
        ROUND_F32="round({0})",
    ),
    **_rows(
        "ff",
        "u",
        EQUAL_F32="mask({0} == {1})",
        NOT_EQUAL_F32="mask(!({0} == {1}) || is_nan({0}) || is_nan({1}))",
        LESS_F32="mask({0} < {1})",
        LESS_EQUAL_F32="mask({0} <= {1})",
    ),
    **_rows(
        "f",
        "u",
        ISFINITE_F32="mask(is_finite({0}))",
        MASK_FROM_F32="mask((bitcast<u32>({0}) & 0x7fffffffu) != 0u)",
    ),
    **_rows(
        "uu",
        "u",
        ADD_I32="{0} + {1}",
        SUBTRACT_I32="{0} - {1}",
        MULTIPLY_I32="{0} * {1}",
        FLOOR_DIVIDE_U32="floor_divide_u32({0}, {1})",
        REMAINDER_U32="remainder_u32({0}, {1})",
        POWER_I32="power_u32({0}, {1})",
        MAXIMUM_U32="max({0}, {1})",
        MINIMUM_U32="min({0}, {1})",
        EQUAL_I32="mask({0} == {1})",
        NOT_EQUAL_I32="mask({0} != {1})",
        LESS_U32="mask({0} < {1})",
        LESS_EQUAL_U32="mask({0} <= {1})",
        AND_I32="{0} & {1}",
        OR_I32="{0} | {1}",
        XOR_I32="{0} ^ {1}",
        LEFT_SHIFT_I32="select(0u, {0} << ({1} & 31u), {1} < 32u)",
        RIGHT_SHIFT_U32="select(0u, {0} >> ({1} & 31u), {1} < 32u)",
    ),
    **_rows("iu", "i", RIGHT_SHIFT_I32="{0} >> min({1}, 31u)"),
    **_rows(
        "ii",
        "i",
        FLOOR_DIVIDE_I32="floor_divide_i32({0}, {1})",
        REMAINDER_I32="remainder_i32({0}, {1})",
        MAXIMUM_I32="max({0}, {1})",
        MINIMUM_I32="min({0}, {1})",
    ),
    **_rows("ii", "u", LESS_I32="mask({0} < {1})", LESS_EQUAL_I32="mask({0} <= {1})"),
    **_rows(
        "u",
        "u",
        NEGATIVE_I32="0u - {0}",
        SIGN_U32="min({0}, 1u)",
        NOT_I32="~{0}",
        LOW_BYTE_I32="{0} & 255u",
        I32_FROM_MASK="{0} & 1u",
        MASK_FROM_I32="mask({0} != 0u)",
    ),
    **_rows("i", "u", ABS_I32="select(bitcast<u32>({0}), 0u - bitcast<u32>({0}), {0} < 0)"),
    **_rows("i", "i", SIGN_I32="sign({0})"),
    **_rows("i", "f", F32_FROM_I32="f32({0})"),
    **_rows("u", "f", F32_FROM_U32="f32({0})", F32_FROM_MASK="select(0.0, 1.0, {0} != 0u)"),
    **_rows("f", "i", I32_FROM_F32="to_i32({0})"),
    **_rows(
        "f",
        "u",
        U32_FROM_F32="to_u32({0})",
        BYTE_FROM_F32="min(to_u32({0}), 255u)",
    ),
}
"""Types taken, type given, and the expression with its operands left out."""
