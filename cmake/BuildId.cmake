# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# The build's name, in a header of its own that only a few small files include: the version and a hash of every header of
# core, by which programs and libraries know that they lay out the same things in the same way. Made again when one changes.
set(LACUNA_BUILD_ID_FOLDER ${CMAKE_BINARY_DIR}/generated)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/*.h)
add_custom_command(OUTPUT ${LACUNA_BUILD_ID_FOLDER}/lacuna_build_id.h
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/core -DVERSION=${PROJECT_VERSION}
            -DOUTPUT=${LACUNA_BUILD_ID_FOLDER}/lacuna_build_id.h -P ${CMAKE_SOURCE_DIR}/cmake/write_build_id.cmake
    DEPENDS ${headers} ${CMAKE_SOURCE_DIR}/cmake/write_build_id.cmake VERBATIM)
add_custom_target(lacuna_build_id DEPENDS ${LACUNA_BUILD_ID_FOLDER}/lacuna_build_id.h)

# lacuna_uses_build_id(target source…): sources of a target in this folder that include <lacuna_build_id.h>.
function(lacuna_uses_build_id target)
    add_dependencies(${target} lacuna_build_id)
    set_source_files_properties(${ARGN} PROPERTIES INCLUDE_DIRECTORIES ${LACUNA_BUILD_ID_FOLDER})
endfunction()
