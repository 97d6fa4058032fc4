# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` puts where. Programs find libraries and data from where they lie themselves, so that a tree can be
# moved as a whole; libtorch is found at run time (core/installation/torch_library.h). Two components, "lacuna" and
# "workbench", are the two Debian packages.
set(LACUNA_LIBRARIES lib/lacuna)  # private, so no multiarch folder
set(LACUNA_DATE "2026-01-01" CACHE STRING "Date of the release, for metadata and changelogs (packaging/build.sh: the commit's)")
set(made ${CMAKE_BINARY_DIR}/packaging)

# A build tree is laid out as an installation is: data and libtorch are found there by the same rules.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/lacuna ${CMAKE_LIBRARY_OUTPUT_DIRECTORY} ${made})
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/datasets ${CMAKE_BINARY_DIR}/share/lacuna/datasets SYMBOLIC)
get_filename_component(torchRoot ${TORCH_INCLUDE_ROOT} DIRECTORY)
file(CREATE_LINK ${torchRoot} ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/torch SYMBOLIC)
configure_file(packaging/torch/lacuna-get-torch.in ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/lacuna-get-torch @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
configure_file(packaging/torch/torch-wheels.txt ${CMAKE_BINARY_DIR}/share/lacuna/torch-wheels.txt COPYONLY)

# lacuna_printed(file program argument…): what a program of this build prints, as a file.
set(printedFiles)
function(lacuna_printed file)
    list(GET ARGN 0 program)
    add_custom_command(OUTPUT ${made}/${file} DEPENDS ${program}
        COMMAND ${CMAKE_COMMAND} -E env QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 ${ARGN} > ${made}/${file} VERBATIM)
    set(printedFiles ${printedFiles} ${made}/${file} PARENT_SCOPE)
endfunction()
lacuna_printed(lacuna.1 $<TARGET_FILE:lacuna> completion man)
lacuna_printed(lacuna.bash $<TARGET_FILE:lacuna> completion bash)
lacuna_printed(_lacuna $<TARGET_FILE:lacuna> completion zsh)
lacuna_printed(lacuna.fish $<TARGET_FILE:lacuna> completion fish)
lacuna_printed(lacuna-get-torch.1 ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/lacuna-get-torch --manual)
if(TARGET lacuna-workbench)
    lacuna_printed(lacuna-workbench.1 $<TARGET_FILE:lacuna-workbench> --manual)
endif()
add_custom_target(lacuna_printed_files ALL DEPENDS ${printedFiles})

set(installedLibraries lacuna_plain lacuna_engine lacuna_cli)
set_target_properties(${installedLibraries} lacuna_reader PROPERTIES INSTALL_RPATH "$ORIGIN")
set_target_properties(lacuna PROPERTIES INSTALL_RPATH "$ORIGIN/../${LACUNA_LIBRARIES}")
install(TARGETS ${installedLibraries} LIBRARY DESTINATION ${LACUNA_LIBRARIES} COMPONENT lacuna)
install(TARGETS lacuna_reader RUNTIME DESTINATION ${LACUNA_LIBRARIES} COMPONENT lacuna)
install(TARGETS lacuna RUNTIME DESTINATION bin COMPONENT lacuna)
install(PROGRAMS ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/lacuna-get-torch DESTINATION bin COMPONENT lacuna)
install(FILES packaging/torch/torch-wheels.txt DESTINATION share/lacuna COMPONENT lacuna)
install(DIRECTORY datasets/ DESTINATION share/lacuna/datasets COMPONENT lacuna)
install(FILES README.md CHANGELOG.md THIRD-PARTY-NOTICES.md DESTINATION share/doc/lacuna COMPONENT lacuna)
install(FILES packaging/cluster/lacuna.slurm DESTINATION share/doc/lacuna/examples COMPONENT lacuna)
install(FILES ${made}/lacuna.1 ${made}/lacuna-get-torch.1 DESTINATION share/man/man1 COMPONENT lacuna)
install(FILES ${made}/lacuna.bash DESTINATION share/bash-completion/completions RENAME lacuna COMPONENT lacuna)
install(FILES ${made}/_lacuna DESTINATION share/zsh/vendor-completions COMPONENT lacuna)
install(FILES ${made}/lacuna.fish DESTINATION share/fish/vendor_completions.d COMPONENT lacuna)

if(TARGET lacuna-workbench)
    set(desktop ${CMAKE_SOURCE_DIR}/packaging/desktop)
    configure_file(${desktop}/org.lacuna.Workbench.metainfo.xml ${made}/org.lacuna.Workbench.metainfo.xml @ONLY)
    set_target_properties(lacuna-workbench PROPERTIES INSTALL_RPATH "$ORIGIN/../${LACUNA_LIBRARIES}")
    install(TARGETS lacuna-workbench RUNTIME DESTINATION bin COMPONENT workbench)
    install(FILES ${made}/lacuna-workbench.1 DESTINATION share/man/man1 COMPONENT workbench)
    install(FILES ${desktop}/org.lacuna.Workbench.desktop DESTINATION share/applications COMPONENT workbench)
    install(FILES ${made}/org.lacuna.Workbench.metainfo.xml DESTINATION share/metainfo COMPONENT workbench)
    install(FILES ${desktop}/lacuna.xml DESTINATION share/mime/packages COMPONENT workbench)
    install(FILES ${desktop}/lacuna.thumbnailer DESTINATION share/thumbnailers COMPONENT workbench)
    install(FILES resources/lacuna.svg DESTINATION share/icons/hicolor/scalable/apps RENAME org.lacuna.Workbench.svg
        COMPONENT workbench)
    install(FILES ${desktop}/application-x-lacuna-run.svg DESTINATION share/icons/hicolor/scalable/mimetypes COMPONENT workbench)
endif()
include(${CMAKE_SOURCE_DIR}/packaging/debian/Debian.cmake)
