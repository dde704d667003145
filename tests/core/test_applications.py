"""`keras.applications`: files with weights, names of classes, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import applications

SMALL = {"weights": None, "include_top": False, "input_shape": (32, 32, 3), "alpha": 0.35}


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """A cache of its own, and no network."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("PYKERAS_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_weights_come_from_a_local_file_and_by_the_name_that_keras_gives_it(offline):
    model = applications.MobileNetV2(**SMALL)
    image = np.random.RandomState(0).rand(1, 32, 32, 3).astype("float32")
    expected = model(image).numpy()
    model.save_weights("local.weights.h5")
    again = applications.MobileNetV2(**{**SMALL, "weights": "local.weights.h5"})
    np.testing.assert_array_equal(again(image).numpy(), expected)
    folder = offline / "models"
    folder.mkdir()
    kept = folder / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
    model.save(kept)
    published = applications.MobileNetV2(**{**SMALL, "weights": "imagenet"})
    np.testing.assert_array_equal(published(image).numpy(), expected)
    assert published.name == "mobilenetv2_0.35_224"


def test_a_network_goes_on_from_a_placeholder_and_is_trained_inside_of_a_model():
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    base = applications.MobileNetV2(**{**SMALL, "input_shape": None, "input_tensor": x})
    assert base.inputs[0] is inputs
    base.trainable = False
    x = keras.layers.GlobalAveragePooling2D()(base.output)
    model = keras.Model(inputs, keras.layers.Dense(2)(x))
    model.compile("sgd", "mse")
    before = base.get_weights()
    model.fit(np.ones((4, 32, 32, 3)), np.ones((4, 2)), epochs=1, verbose=0)
    for one, other in zip(before, base.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_predictions_are_told_by_the_names_in_a_local_file(offline):
    (offline / "imagenet_class_index.json").write_text(
        json.dumps({str(place): [f"n{place:08}", f"class {place}"] for place in range(1000)})
    )
    predicted = np.zeros((2, 1000), "float32")
    predicted[0, [3, 7]], predicted[1, 999] = (0.25, 0.75), 1.0
    first, second = applications.resnet50.decode_predictions(predicted, top=2)
    assert first == [("n00000007", "class 7", 0.75), ("n00000003", "class 3", 0.25)]
    assert second[0] == ("n00000999", "class 999", 1.0)
    with pytest.raises(ValueError, match=r"a row of 1000 numbers for each image.*\(2, 10\)"):
        applications.imagenet_utils.decode_predictions(predicted[:, :10])


def test_what_is_not_there_says_how_to_bring_it(offline):
    with pytest.raises(
        FileNotFoundError, match=r"vgg16_weights_tf.*h5.*Put it there.*weights=None"
    ):
        applications.VGG16()
    with pytest.raises(FileNotFoundError, match=r"no file 'mine\.h5' with weights"):
        applications.VGG16(weights="mine.h5")
    with pytest.raises(FileNotFoundError, match=r"imagenet_class_index\.json"):
        applications.imagenet_utils.decode_predictions(np.zeros((1, 1000)))


@pytest.mark.parametrize(
    ("network", "arguments", "message"),
    [
        ("ResNet50", {"pooling": "mean"}, "`pooling` as None, 'avg' or 'max', received 'mean'"),
        ("ResNet50", {"classes": 0}, "`ResNet50` expected `classes` as a positive int"),
        ("ResNet50", {"input_shape": (16, 16, 3)}, "32 pixels or more each way"),
        ("ResNet50", {"input_shape": (None, None, 3)}, "expected a known size"),
        ("ResNet50", {"input_shape": 224}, r"`input_shape` as \(height, width, channels\)"),
        ("ResNet50", {"input_tensor": np.zeros(3)}, "`input_tensor` as a placeholder"),
        ("ResNet50", {"weights": "imagenet", "classes": 10}, "knows 1000 classes"),
        ("InceptionV3", {"input_shape": (64, 64, 3)}, "75 pixels or more"),
        ("MobileNet", {"weights": "imagenet", "alpha": 0.3}, "expected `depth_multiplier=1`"),
        ("MobileNetV2", {"weights": "imagenet", "alpha": 0.3}, "expected `alpha` to be one of"),
        ("MobileNetV2", {"alpha": -1.0}, "`alpha` as a positive number"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(network, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(applications, network)(**{"weights": None, **arguments})


def test_networks_are_loaded_when_first_used():
    program = (
        "import sys, pykeras_core as keras\n"
        "before = [n for n in sys.modules if n.startswith('pykeras_core.applications')]\n"
        "keras.applications.vgg16\n"
        "print(before, 'pykeras_core.applications.resnet' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[] False\n", done.stderr
