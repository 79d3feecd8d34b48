"""What measuring needs: installations, servers and load to start, CPU and memory to read, tables to print. Nothing here
decides what a figure should be."""
