# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna_embed_lines(output function file): a .cpp whose `function()` returns the lines of a text file; made again when
# the file changes.
function(lacuna_embed_lines output function file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(STRINGS ${file} lines ENCODING UTF-8)
    set(quoted "")
    foreach(line IN LISTS lines)
        string(REPLACE "\\" "\\\\" line "${line}")
        string(REPLACE "\"" "\\\"" line "${line}")
        string(APPEND quoted "        \"${line}\",\n")
    endforeach()
    configure_file(${CMAKE_SOURCE_DIR}/cmake/lines.cpp.in ${output} @ONLY)
endfunction()
