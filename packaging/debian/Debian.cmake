# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian packages lacuna and lacuna-workbench, by CPack. packaging/build.sh configures with LACUNA_DEBIAN, which adds
# what Debian wants of a package beside what every installation has.
option(LACUNA_DEBIAN "Install Debian's changelog and copyright, and pack manual pages" OFF)
if(LACUNA_DEBIAN)
    find_program(GZIP gzip REQUIRED)
    set(LACUNA_DATE_RFC "Thu, 01 Jan 2026 00:00:00 +0000" CACHE STRING "LACUNA_DATE as Debian's changelog has it")
    file(WRITE ${made}/changelog "lacuna (${PROJECT_VERSION}) unstable; urgency=medium\n\n"
        "  * See /usr/share/doc/lacuna/CHANGELOG.md.\n\n"
        " -- The Lacuna authors <lacuna@lacuna.invalid>  ${LACUNA_DATE_RFC}\n")
    execute_process(COMMAND ${GZIP} -9nkf ${made}/changelog COMMAND_ERROR_IS_FATAL ANY)
    foreach(component lacuna workbench)
        set(package lacuna)
        if(component STREQUAL workbench)
            set(package lacuna-workbench)
        endif()
        install(FILES ${made}/changelog.gz packaging/debian/copyright DESTINATION share/doc/${package} COMPONENT ${component})
        install(FILES packaging/debian/lintian/${package} DESTINATION share/lintian/overrides COMPONENT ${component})
        install(CODE "file(GLOB pages \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/man/man1/*.1\")
            execute_process(COMMAND ${GZIP} -9nf \${pages} COMMAND_ERROR_IS_FATAL ANY)" COMPONENT ${component})
    endforeach()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lacuna)
set(CPACK_PACKAGE_VENDOR "The Lacuna authors")
set(CPACK_PACKAGE_CONTACT "The Lacuna authors <lacuna@lacuna.invalid>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL lacuna)
if(TARGET lacuna-workbench)
    list(APPEND CPACK_COMPONENTS_ALL workbench)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libtorch is no package: it is linked against, and found at run time.
get_filename_component(torchLibraries ${TORCH_CPU_LIBRARY} DIRECTORY)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY} ${torchLibraries})

set(CPACK_DEBIAN_LACUNA_PACKAGE_NAME lacuna)
# The first line in short; CPack indents the others.
set(CPACK_DEBIAN_LACUNA_DESCRIPTION "lifelong unlearning of multimodal language models
Runs sequences of removal requests with any method on a vision-language model,
measures what the model still knows about every entity, and compares methods.
A small model and a benchmark of invented entities are built in.

This package holds the command line and the engine. The engine needs libtorch,
which is no part of it: lacuna-get-torch fetches it.")
set(CPACK_DEBIAN_LACUNA_PACKAGE_DEPENDS "python3 (>= 3.9), python3-pip, libqt6svg6")
set(CPACK_DEBIAN_LACUNA_PACKAGE_RECOMMENDS "fonts-inter")
set(CPACK_DEBIAN_LACUNA_PACKAGE_SUGGESTS "lacuna-workbench")
set(CPACK_DEBIAN_LACUNA_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/postrm)

set(CPACK_DEBIAN_WORKBENCH_PACKAGE_NAME lacuna-workbench)
set(CPACK_DEBIAN_WORKBENCH_DESCRIPTION "workbench for lifelong unlearning of multimodal language models
Lets you watch methods unlearn, request by request, and shows what the model
still knows about every entity, in pictures, words and curves.")
set(CPACK_DEBIAN_WORKBENCH_PACKAGE_DEPENDS "lacuna (= ${PROJECT_VERSION}), libqt6svg6")
set(CPACK_DEBIAN_WORKBENCH_PACKAGE_RECOMMENDS "fonts-inter, qt6-image-formats-plugins, qt6-wayland")
include(CPack)
