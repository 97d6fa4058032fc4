# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# libtorch as two imported targets, torch::cpu (libtorch_cpu + libc10) and nothing of CUDA: the CUDA library is loaded at
# run time where an NVIDIA device exists. The wheel's own TorchConfig demands a CUDA toolkit, hence this file.
# Looks in LACUNA_TORCH (a wheel's torch folder, a libtorch archive or a prefix), then in build/torch (made by ./run, ./test).

set(torchRoots ${LACUNA_TORCH})
file(GLOB torchWheels ${CMAKE_SOURCE_DIR}/build/torch/lib/python3*/site-packages/torch)
list(APPEND torchRoots ${torchWheels})

find_path(TORCH_INCLUDE_ROOT ATen/ATen.h HINTS ${torchRoots} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_path(TORCH_INCLUDE_ROOT ATen/ATen.h)
find_library(TORCH_CPU_LIBRARY torch_cpu HINTS ${torchRoots} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(TORCH_CPU_LIBRARY torch_cpu)
find_library(TORCH_C10_LIBRARY c10 HINTS ${torchRoots} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(TORCH_C10_LIBRARY c10)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Torch
    REQUIRED_VARS TORCH_CPU_LIBRARY TORCH_C10_LIBRARY TORCH_INCLUDE_ROOT
    REASON_FAILURE_MESSAGE "run ./run or ./test once (they fetch libtorch), or give -DLACUNA_TORCH=DIR")

if(Torch_FOUND AND NOT TARGET torch::cpu)
    # The wheel's include folder also holds fmt 12, protobuf and others, which break Debian's: link the four we need alone.
    set(torchInclude ${CMAKE_BINARY_DIR}/torch-include)
    file(MAKE_DIRECTORY ${torchInclude})
    foreach(folder ATen c10 torch caffe2)
        file(CREATE_LINK ${TORCH_INCLUDE_ROOT}/${folder} ${torchInclude}/${folder} SYMBOLIC)
    endforeach()
    # Objects of one minor version are laid out alike: what a build can load (core/installation/torch_library.h).
    foreach(header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)  # where it stood until 2.8
        if(EXISTS ${TORCH_INCLUDE_ROOT}/${header} AND NOT TORCH_SERIES)
            file(STRINGS ${TORCH_INCLUDE_ROOT}/${header} lines REGEX "define TORCH_VERSION_(MAJOR|MINOR) +[0-9]+")
            string(REGEX REPLACE ".*MAJOR +([0-9]+).*MINOR +([0-9]+).*" "\\1.\\2" TORCH_SERIES "${lines}")
        endif()
    endforeach()
    if(NOT TORCH_SERIES MATCHES "^[0-9]+\\.[0-9]+$")
        message(FATAL_ERROR "${TORCH_INCLUDE_ROOT} does not tell libtorch's version")
    endif()
    set(TORCH_SERIES ${TORCH_SERIES} CACHE INTERNAL "libtorch's version, as 2.11")
    add_library(torch::c10 SHARED IMPORTED)
    set_target_properties(torch::c10 PROPERTIES IMPORTED_LOCATION ${TORCH_C10_LIBRARY})
    add_library(torch::cpu SHARED IMPORTED)
    set_target_properties(torch::cpu PROPERTIES
        IMPORTED_LOCATION ${TORCH_CPU_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${torchInclude}
        INTERFACE_LINK_LIBRARIES torch::c10)
    if(EXISTS ${TORCH_INCLUDE_ROOT}/torch/csrc/api/include)
        set_property(TARGET torch::cpu APPEND PROPERTY INTERFACE_INCLUDE_DIRECTORIES ${torchInclude}/torch/csrc/api/include)
    endif()
    # libtorch_cpu of the CUDA wheel needs two small CUDA libraries to load; the wheel finds them by its own RPATH.
    get_filename_component(torchLib ${TORCH_CPU_LIBRARY} DIRECTORY)
    get_filename_component(torchSite ${torchLib}/../.. ABSOLUTE)
    file(GLOB torchNvidia ${torchSite}/nvidia/*/lib)
    foreach(folder ${torchNvidia})
        target_link_options(torch::cpu INTERFACE "LINKER:-rpath-link,${folder}")
    endforeach()
endif()
