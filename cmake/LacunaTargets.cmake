# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# One macro per kind of target, so that warnings, include root and sanitizers are said once.

function(lacuna_settings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra)
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    get_target_property(automoc ${target} AUTOMOC)
    if(automoc)
        # CMake 3.25 does not run moc for a source file that is new in a target it has already run moc for; without its
        # time stamp it looks again after each configure (a moment, thanks to its cache).
        file(REMOVE ${CMAKE_CURRENT_BINARY_DIR}/${target}_autogen/timestamp)
    endif()
endfunction()

# lacuna_sources(VARIABLE room…): every .cpp of the rooms, not of the rooms inside them.
function(lacuna_sources variable)
    set(all)
    foreach(room ${ARGN})
        file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cpp)
        list(APPEND all ${found})
    endforeach()
    set(${variable} ${all} PARENT_SCOPE)
endfunction()

# AUTOMOC hands moc every include folder, and it reads all of ATen for each test (10 s a file). It needs the file's own text alone.
function(lacuna_moc_tests binary)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${binary}_moc)
    file(MAKE_DIRECTORY ${folder})
    foreach(source ${ARGN})
        file(STRINGS ${source} uses REGEX "\\.moc\"")
        if(uses)
            get_filename_component(stem ${source} NAME_WE)
            add_custom_command(OUTPUT ${folder}/${stem}.moc COMMAND Qt6::moc ${source} -o ${folder}/${stem}.moc
                DEPENDS ${source} VERBATIM)
            set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS ${folder}/${stem}.moc)
        endif()
    endforeach()
    target_include_directories(${binary} PRIVATE ${folder})
endfunction()

# lacuna_tests(binary LINK lib… ROOMS room…): one binary, one ctest entry per *_test.cpp in the rooms (tests/<room>).
# A line "// ctest labels: crash slow" in the file labels it; without one it is "unit". "// ctest timeout: N" in seconds.
function(lacuna_tests binary)
    cmake_parse_arguments(arg "" "" "LINK;ROOMS" ${ARGN})
    lacuna_sources(sources ${arg_ROOMS})
    if(NOT sources)
        return()
    endif()
    add_executable(${binary} ${CMAKE_SOURCE_DIR}/tests/common/test_main.cpp ${sources})
    lacuna_settings(${binary})
    target_compile_options(${binary} PRIVATE -O1)  # what is tested is optimised; the tests only have to build fast
    lacuna_moc_tests(${binary} ${sources})
    target_link_libraries(${binary} PRIVATE ${arg_LINK} Qt6::Test)
    foreach(source ${sources})
        # Only where they are used: a path in every command line would keep ccache from sharing between checkouts.
        foreach(macro LACUNA_SOURCE_DIR LACUNA_BINARY_DIR)
            file(STRINGS ${source} uses REGEX ${macro} LIMIT_COUNT 1)
            if(uses)
                string(REPLACE LACUNA CMAKE variable ${macro})
                set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS ${macro}="${${variable}}")
            endif()
        endforeach()
        get_filename_component(stem ${source} NAME_WE)
        if(NOT stem MATCHES "_test$")
            continue()
        endif()
        add_test(NAME ${stem} COMMAND ${binary} ${stem})
        set(labels unit)
        file(STRINGS ${source} line REGEX "^// ctest labels: ")
        if(line)
            string(REGEX REPLACE "^// ctest labels: " "" labels "${line}")
            string(REPLACE " " ";" labels "${labels}")
        endif()
        set(timeout 120)
        file(STRINGS ${source} line REGEX "^// ctest timeout: ")
        if(line)
            string(REGEX REPLACE "^// ctest timeout: " "" timeout "${line}")
        endif()
        set_tests_properties(${stem} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout}
            ENVIRONMENT "QTEST_FUNCTION_TIMEOUT=${timeout}000;QT_QPA_PLATFORM=offscreen;LACUNA_DATASETS=${CMAKE_SOURCE_DIR}/datasets")
    endforeach()
endfunction()
