"""Arguments with a wrong value that is not refused by an error that names the argument, yet."""

NOT_YET = """
StatelessScope.state_mapping backend.gather.indices backend.reshape.newshape
layers.KerasTensor.shape layers.Lambda.arguments layers.Masking.mask_value
losses.categorical_generalized_cross_entropy.y_pred
metrics.sparse_top_k_categorical_accuracy.y_pred metrics.top_k_categorical_accuracy.y_pred
models.Sequential.layers ops.bitwise_invert.x ops.bitwise_not.x ops.cond.pred
ops.ctc_decode.inputs ops.geomspace.axis ops.get_item.key ops.get_item.x ops.histogram.range
ops.image.crop_images.images ops.linspace.axis ops.logspace.axis ops.scan.init ops.scan.xs
ops.select.choicelist ops.select.condlist ops.take.indices ops.take.x ops.tensordot.axes
ops.unique.axis ops.vectorize.excluded ops.while_loop.loop_vars
preprocessing.image.array_to_img.dtype preprocessing.image.img_to_array.dtype
preprocessing.image.load_img.path preprocessing.image.save_img.file_format
preprocessing.image.save_img.path preprocessing.image_dataset_from_directory.interpolation
preprocessing.image_dataset_from_directory.labels preprocessing.text_dataset_from_directory.labels
preprocessing.timeseries_dataset_from_array.data tree.map_structure_up_to.shallow
utils.normalize.axis utils.to_categorical.x
"""
