# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna_embed_lessons(output folder): a .cpp with every NUMBER-ID.json of a folder, by number; made again when one changes.
function(lacuna_embed_lessons output folder)
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*.json)
    list(SORT files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
    set(lessons "")
    foreach(file IN LISTS files)
        get_filename_component(id ${file} NAME_WE)
        string(REGEX REPLACE "^[0-9]+-" "" id ${id})
        file(READ ${file} text)
        string(APPEND lessons "        {\"${id}\", R\"lesson(${text})lesson\"},\n")
    endforeach()
    configure_file(${CMAKE_SOURCE_DIR}/cmake/lessons.cpp.in ${output} @ONLY)
endfunction()
