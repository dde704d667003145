"""Small data sets ready for `fit`: `keras.datasets`."""

from pykeras_core.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    iris,
    mnist,
    reuters,
    toys,
    wine,
)

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "iris",
    "mnist",
    "reuters",
    "toys",
    "wine",
]
